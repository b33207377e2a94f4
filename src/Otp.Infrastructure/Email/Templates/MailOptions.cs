namespace Otp.Infrastructure.Email.Templates;

/// <summary>The settings under <c>Email</c> that say what mails look like.</summary>
public sealed class MailOptions
{
    /// <summary>Where they stand in the configuration.</summary>
    public const string Section = "Email";

    /// <summary>The templates.</summary>
    public MailTemplateOptions Templates { get; set; } = new();

    /// <summary>What of the operator's own a mail shows.</summary>
    public BrandingOptions Branding { get; set; } = new();
}

/// <summary>The settings under <c>Email:Templates</c>.</summary>
public sealed class MailTemplateOptions
{
    /// <summary>The folder with the operator's own templates; none where it is not set.</summary>
    public string? Folder { get; set; }

    /// <summary>The language of mails to users of whom no language is known that mails are written in.</summary>
    public string DefaultLanguage { get; set; } = "en";

    /// <summary>Whether the subject begins with the code: handy, but it shows on locked screens.</summary>
    public bool CodeInSubject { get; set; }
}

/// <summary>The settings under <c>Email:Branding</c>.</summary>
public sealed class BrandingOptions
{
    /// <summary>What the mails call the service; by default the name of the sender.</summary>
    public string? ProductName { get; set; }

    /// <summary>The colour of the button and of the edge of the mail: <c>#rrggbb</c>.</summary>
    public string Colour { get; set; } = "#4650d8";

    /// <summary>An image as a data URI, PNG, JPEG or GIF.</summary>
    public string? Logo { get; set; }

    /// <summary>The address that users can turn to.</summary>
    public string? SupportAddress { get; set; }
}
