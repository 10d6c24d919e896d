using Microsoft.OpenApi;

namespace Tiffin.Edge.OpenApi;

/// <summary>The headers of answers. Each is in the document twice: sent always, and sent sometimes.</summary>
static class ResponseHeaders
{
    const int Max = 1024;

    static readonly Dictionary<string, string> descriptions = new()
    {
        ["RateLimit"] = "What you may still ask for: r requests, all of them again after t seconds "
            + "(draft-ietf-httpapi-ratelimit-headers).",
        ["RateLimit-Policy"] = "What you may ask for: q requests in w seconds.",
        ["Retry-After"] = "Seconds after which a new attempt makes sense.",
        ["Location"] = "Where it is.",
        ["ETag"] = "The version, for If-Match and If-None-Match.",
        ["Idempotency-Replayed"] = "true: the first answer to this key, once more.",
        ["Server-Timing"] = "commit;dur=7.1: milliseconds in the queue and the transaction.",
        ["WWW-Authenticate"] = "The schemes that the server takes.",
        ["Request-Id"] = "The trace id of this request, for support.",
    };

    public static Dictionary<string, OpenApiHeader> All(bool required) => descriptions.ToDictionary(
        header => Key(header.Key, required),
        header => new OpenApiHeader { Description = header.Value, Required = required, Schema = Form(header.Key) });

    public static string Key(string name, bool required) => required ? $"{name}.always" : name;

    static OpenApiSchema Form(string name) => name switch
    {
        "Retry-After" => Bounds.Number(0, int.MaxValue),
        "Idempotency-Replayed" => Bounds.Word("true"),
        "Location" => new() { Type = JsonSchemaType.String, Format = "uri-reference", MaxLength = Max },
        "ETag" => new() { Type = JsonSchemaType.String, Pattern = "^\"[0-9]+\"$", MaxLength = Max },
        _ => new() { Type = JsonSchemaType.String, MaxLength = Max },
    };
}
