namespace Otp.Application.Common.Ports;

/// <summary>The languages that mails can be written in.</summary>
public interface IMailLanguages
{
    /// <summary>The first of the wanted languages that mails can be written in; else the default.</summary>
    /// <param name="wanted">Language tags, most wanted first. <c>de-AT</c> is served by <c>de</c> where there is nothing closer.</param>
    string Choose(IEnumerable<string> wanted);
}
