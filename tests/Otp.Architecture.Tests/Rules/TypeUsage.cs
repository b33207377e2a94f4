using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Otp.Architecture.Tests.Rules;

/// <summary>
/// Which types a type uses: in its base types, members, attributes and method bodies, with those of the types that the compiler nests in it
/// (lambdas, state machines). Read from metadata and IL.
/// </summary>
internal static class TypeUsage
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.GetValue(null)).OfType<OpCode>().ToDictionary(code => code.Value);

    /// <summary>The types that people wrote in an assembly, nested ones too.</summary>
    public static IEnumerable<Type> WrittenTypesOf(Assembly assembly) => assembly.GetTypes().Where(type => !IsGenerated(type) && type.FullName!.StartsWith("Otp.", StringComparison.Ordinal));

    /// <summary>Whether the compiler or a source generator made it.</summary>
    public static bool IsGenerated(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute)) || type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute))
        || type.Name.Contains('<', StringComparison.Ordinal) || (type.DeclaringType is { } outer && IsGenerated(outer));

    /// <summary>All types that a type uses, itself left out.</summary>
    public static IReadOnlySet<Type> Of(Type type)
    {
        HashSet<Type> used = [];
        Collect(type, used);
        used.Remove(type);
        return used;
    }

    /// <summary>The names of the methods that a type calls.</summary>
    public static IReadOnlySet<string> CallsOf(Type type)
    {
        HashSet<string> names = [];
        foreach (var method in type.GetMembers(Declared).OfType<MethodBase>().Where(method => method.GetMethodBody() is not null))
        {
            foreach (var called in MembersIn(method).OfType<MethodBase>())
            {
                names.Add(called.Name);
            }
        }

        foreach (var nested in type.GetNestedTypes(Declared).Where(IsGenerated))
        {
            names.UnionWith(CallsOf(nested));
        }

        return names;
    }

    private static void Collect(Type type, HashSet<Type> used)
    {
        Add(type.BaseType, used);
        foreach (var face in type.GetInterfaces())
        {
            Add(face, used);
        }

        AddAttributes(type, used);
        foreach (var argument in type.IsGenericTypeDefinition ? type.GetGenericArguments() : [])
        {
            foreach (var constraint in argument.GetGenericParameterConstraints())
            {
                Add(constraint, used);
            }
        }

        foreach (var member in type.GetMembers(Declared))
        {
            CollectMember(member, used);
        }
    }

    private static void CollectMember(MemberInfo member, HashSet<Type> used)
    {
        AddAttributes(member, used);
        switch (member)
        {
            case FieldInfo field:
                Add(field.FieldType, used);
                break;
            case PropertyInfo property:
                Add(property.PropertyType, used);
                break;
            case MethodBase method:
                Add((method as MethodInfo)?.ReturnType, used);
                foreach (var parameter in method.GetParameters())
                {
                    Add(parameter.ParameterType, used);
                }

                CollectBody(method, used);
                break;
            case Type nested when IsGenerated(nested):
                Collect(nested, used);
                break;
            default:
                break;
        }
    }

    private static void CollectBody(MethodBase method, HashSet<Type> used)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return;
        }

        foreach (var local in body.LocalVariables)
        {
            Add(local.LocalType, used);
        }

        foreach (var clause in body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause))
        {
            Add(clause.CatchType, used);
        }

        foreach (var member in MembersIn(method))
        {
            switch (member)
            {
                case Type type:
                    Add(type, used);
                    break;
                case FieldInfo field:
                    Add(field.DeclaringType, used);
                    Add(field.FieldType, used);
                    break;
                case MethodBase called:
                    Add(called.DeclaringType, used);
                    Add((called as MethodInfo)?.ReturnType, used);
                    foreach (var argument in called.IsGenericMethod ? called.GetGenericArguments() : [])
                    {
                        Add(argument, used);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private static IEnumerable<MemberInfo?> MembersIn(MethodBase method)
    {
        var typeArguments = method.DeclaringType is { IsGenericType: true } declaring ? declaring.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return TokensIn(method.GetMethodBody()!.GetILAsByteArray()!).Select(token => method.Module.ResolveMember(token, typeArguments, methodArguments));
    }

    private static IEnumerable<int> TokensIn(byte[] il)
    {
        for (var position = 0; position < il.Length;)
        {
            short value = il[position++];
            if (value == 0xFE)
            {
                value = unchecked((short)(0xFE00 | il[position++]));
            }

            var code = OpCodesByValue[value];
            switch (code.OperandType)
            {
                case OperandType.InlineType or OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok:
                    yield return BitConverter.ToInt32(il, position);
                    position += 4;
                    break;
                case OperandType.InlineSwitch:
                    position += 4 + (4 * BitConverter.ToInt32(il, position));
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    position += 8;
                    break;
                case OperandType.InlineVar:
                    position += 2;
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    position += 1;
                    break;
                case OperandType.InlineNone:
                    break;
                default:
                    position += 4;
                    break;
            }
        }
    }

    private static void AddAttributes(MemberInfo member, HashSet<Type> used)
    {
        foreach (var attribute in member.CustomAttributes)
        {
            Add(attribute.AttributeType, used);
        }
    }

    private static void Add(Type? type, HashSet<Type> used)
    {
        if (type is null || type.IsGenericParameter)
        {
            return;
        }

        if (type.HasElementType)
        {
            Add(type.GetElementType(), used);
            return;
        }

        if (type.IsGenericType)
        {
            foreach (var argument in type.GetGenericArguments())
            {
                Add(argument, used);
            }

            type = type.GetGenericTypeDefinition();
        }

        // What the compiler made belongs to the type that it stands in, or, like the lists behind collection expressions, to nobody.
        if (!IsGenerated(type))
        {
            used.Add(type);
        }
        else if (type.DeclaringType is { } outer)
        {
            Add(outer, used);
        }
    }
}
