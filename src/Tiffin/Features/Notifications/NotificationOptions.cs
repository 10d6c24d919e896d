namespace Tiffin.Features.Notifications;

/// <summary>How customers and kitchens are told; without a mail server and a gateway, nobody is.</summary>
public sealed class NotificationOptions
{
    /// <summary>The language of the templates: <c>en</c>, <c>hi</c>, or whatever the operator wrote.</summary>
    public string Language { get; set; } = "en";

    /// <summary>Brands that speak another language: <c>Notifications:Languages:biryani-house=hi</c>.</summary>
    public Dictionary<string, string> Languages { get; } = new(StringComparer.Ordinal);

    /// <summary>A folder whose texts win over the built-in ones: <c>{brand or default}.{language}.txt</c>.</summary>
    public string? Templates { get; set; }

    /// <summary>A message that would come later than this after its event is dropped.</summary>
    public TimeSpan LateAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Whether to send again what may have been sent: a message twice now and then, instead of none.
    /// </summary>
    public bool SendAgainWhenUnknown { get; set; }

    /// <summary>How many messages are under way at once on a node.</summary>
    public int Concurrency { get; set; } = 8;

    /// <summary>How long one message may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A message that was claimed this long ago will have no outcome any more: its node is gone.</summary>
    public TimeSpan ClaimFor { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often to look for messages that are due.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The first wait after a refusal for now; it doubles with each.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A kitchen hears of its stock once in this time at most.</summary>
    public TimeSpan AlertEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>For development: what has no way out is printed instead.</summary>
    public bool Console { get; set; }

    public SmtpOptions Smtp { get; } = new();

    public GatewayOptions Gateway { get; } = new();
}

public enum SmtpSecurity
{
    /// <summary>Encrypted after STARTTLS; a server that does not offer it gets no message.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte, as on port 465.</summary>
    Tls,

    /// <summary>In the clear: for a relay on this machine.</summary>
    None,
}

public sealed class SmtpOptions
{
    public string? Host { get; set; }
    public int Port { get; set; } = 587;
    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;
    public string? User { get; set; }
    public string? Password { get; set; }

    /// <summary>The sender's address.</summary>
    public string From { get; set; } = "orders@localhost";
}

public sealed class GatewayOptions
{
    public string? Url { get; set; }

    /// <summary>Such as <c>Notifications:Gateway:Headers:Authorization=Bearer …</c>.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The JSON that the provider wants; <c>{to}</c>, <c>{text}</c> and <c>{id}</c> in its texts are filled in.
    /// </summary>
    public string Body { get; set; } = """{ "id": "{id}", "to": "{to}", "text": "{text}" }""";
}
