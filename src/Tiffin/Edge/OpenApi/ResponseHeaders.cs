using Microsoft.OpenApi;

namespace Tiffin.Edge.OpenApi;

/// <summary>Response headers. Each has two components in the document: always sent, and sometimes sent.</summary>
static class ResponseHeaders
{
    const int Max = 1024;

    static readonly Dictionary<string, string> descriptions = new()
    {
        ["RateLimit"] = "The remaining quota: r requests; the full quota is available again after t seconds "
            + "(draft-ietf-httpapi-ratelimit-headers).",
        ["RateLimit-Policy"] = "The quota: q requests in w seconds.",
        ["Retry-After"] = "Seconds to wait before a retry.",
        ["Location"] = "The URL of the resource.",
        ["ETag"] = "The version of the resource, for If-Match and If-None-Match.",
        ["Idempotency-Replayed"] = "true if this is the stored response of an earlier request with the same key.",
        ["Server-Timing"] = "Milliseconds in the queue and the transaction, such as commit;dur=7.1.",
        ["WWW-Authenticate"] = "The supported authentication schemes.",
        ["Request-Id"] = "The trace id of the request.",
    };

    public static Dictionary<string, OpenApiHeader> All(bool required) => descriptions.ToDictionary(
        header => Key(header.Key, required),
        header => new OpenApiHeader { Description = header.Value, Required = required, Schema = SchemaOf(header.Key) });

    public static string Key(string name, bool required) => required ? $"{name}.always" : name;

    static OpenApiSchema SchemaOf(string name) => name switch
    {
        "Retry-After" => Bounds.Number(0, int.MaxValue),
        "Idempotency-Replayed" => Bounds.Word("true"),
        "Location" => new() { Type = JsonSchemaType.String, Format = "uri-reference", MaxLength = Max },
        "ETag" => new() { Type = JsonSchemaType.String, Pattern = "^\"[0-9a-f]+\"$", MaxLength = Max },
        _ => new() { Type = JsonSchemaType.String, MaxLength = Max },
    };
}
