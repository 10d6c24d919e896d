namespace Tiffin.Features.Notifications;

/// <summary>Notifications to customers and kitchens; off without a mail server and an SMS gateway.</summary>
sealed class NotificationOptions
{
    /// <summary>Language of the templates: <c>en</c>, <c>hi</c>, or one in <c>TemplatesFolder</c>.</summary>
    public string Language { get; set; } = "en";

    /// <summary>Overrides <c>Language</c> by brand: <c>Notifications:Languages:biryani-house=hi</c>.</summary>
    public Dictionary<string, string> Languages { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Folder of files <c>{brand or default}.{language}.txt</c>, which override the built-in templates.
    /// </summary>
    public string? TemplatesFolder { get; set; }

    /// <summary>Drops a message that was not sent within this time after its event.</summary>
    public TimeSpan ExpireAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Sends a message again if its outcome is unknown: at-least-once (duplicates) instead of at-most-once (losses).
    /// </summary>
    public bool RetryUnknownOutcome { get; set; }

    /// <summary>Maximum messages that a node sends concurrently.</summary>
    public int Concurrency { get; set; } = 8;

    /// <summary>Timeout of sending one message.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// When the claim of a node expires and the outcome of its message becomes unknown; must exceed <c>Timeout</c>.
    /// </summary>
    public TimeSpan ClaimTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often to poll for due messages.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Backoff after the first temporary failure; doubles with each further one.</summary>
    public TimeSpan RetryBackoff { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Minimum time between two low-stock alerts to a kitchen.</summary>
    public TimeSpan AlertInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Messages are kept for at least this long, and up to a week more. Minimum one day.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Prints messages of channels without a provider to the console: for development, where it is the default.
    /// </summary>
    public bool? PrintToConsole { get; set; }

    public SmtpOptions Smtp { get; } = new();

    public GatewayOptions Gateway { get; } = new();
}

enum SmtpSecurity
{
    /// <summary>STARTTLS is required; a server that does not offer it gets no message.</summary>
    StartTls,

    /// <summary>Implicit TLS, as on port 465.</summary>
    Tls,

    /// <summary>Unencrypted: for a relay on the same host.</summary>
    None,
}

sealed class SmtpOptions
{
    /// <summary>Host of the mail server; without it, no e-mail is sent.</summary>
    public string? Host { get; set; }

    /// <summary>Port of the mail server.</summary>
    public int Port { get; set; } = 587;

    /// <summary>
    /// <c>StartTls</c>: no message is sent in plain text; <c>Tls</c>, usually on port 465; <c>None</c>: for a relay on
    /// the same host.
    /// </summary>
    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;

    /// <summary>User name at the mail server; without it, Tiffin does not authenticate.</summary>
    public string? User { get; set; }

    /// <summary>Password of <c>User</c>.</summary>
    public string? Password { get; set; }

    /// <summary>The sender's address.</summary>
    public string From { get; set; } = "orders@localhost";
}

sealed class GatewayOptions
{
    /// <summary>URL of the SMS provider; without it, no text messages are sent.</summary>
    public string? Url { get; set; }

    /// <summary>Request headers, such as <c>Notifications:Gateway:Headers:Authorization=Bearer …</c>.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// JSON body of the request; <c>{to}</c>, <c>{text}</c> and <c>{id}</c> in its string values are replaced.
    /// </summary>
    public string Body { get; set; } = """{ "id": "{id}", "to": "{to}", "text": "{text}" }""";
}
