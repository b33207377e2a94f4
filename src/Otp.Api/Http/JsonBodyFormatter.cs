using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Formatters;

namespace Otp.Api.Http;

/// <summary>
/// Reads bodies as the framework does. The framework notes what is wrong under the path of the member, and fails with another exception where a name in that path
/// has more than 32 dots and brackets: such a body is unreadable, too.
/// </summary>
internal sealed class JsonBodyFormatter(SystemTextJsonInputFormatter json) : IInputFormatter, IApiRequestFormatMetadataProvider
{
    public bool CanRead(InputFormatterContext context) => json.CanRead(context);

    public async Task<InputFormatterResult> ReadAsync(InputFormatterContext context)
    {
        try
        {
            return await json.ReadAsync(context);
        }
        catch (InvalidOperationException exception)
        {
            throw new InputFormatterException("The body cannot be read.", exception);
        }
    }

    public IReadOnlyList<string>? GetSupportedContentTypes(string? contentType, Type objectType) => json.GetSupportedContentTypes(contentType!, objectType);
}
