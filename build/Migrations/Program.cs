// Nothing to run: 'dotnet ef' wants an executable to load, and finds the factories in it.
return;
