using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Edge;

/// <summary>
/// The Idempotency-Key header: 1 to 255 printable characters, bare or as a quoted string
/// (draft-ietf-httpapi-idempotency-key-header); <c>"k"</c> and <c>k</c> are the same key.
/// </summary>
static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";
    const int LengthMax = 255;

    public static readonly Problem Missing =
        new(400, "idempotency_key_missing", "Idempotency-Key required",
            $"Send one {Header} header with a value that you choose, and the same value with each retry.");

    public static readonly Problem Invalid =
        new(400, "idempotency_key_invalid", "Idempotency-Key not valid",
            $"It must have 1 to {LengthMax} printable ASCII characters.");

    public static Problem? Read(HttpContext context, Caller caller, out RequestKey key)
    {
        key = default;
        var values = context.Request.Headers[Header];
        if (values.Count != 1 || values[0] is not { Length: > 0 } text)
            return Missing;
        if (text is ['"', .., '"']) text = text[1..^1];
        if (text.Length is 0 or > LengthMax || text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return Invalid;
        // Customer ids are assigned by channels: two channels can use one id for different people.
        var channel = caller.Channel is { } name && name != caller.Id ? $"\n{name}" : "";
        key = Of($"{caller.Role}\n{caller.Id}{channel}\n{text}");
        return null;
    }

    /// <summary>The key of a text that is unique to its caller.</summary>
    public static RequestKey Of(string text) => new(Hash(Encoding.UTF8.GetBytes(text)));

    /// <summary>Marks the response to a repeated request.</summary>
    public static void MarkReplayed(HttpResponse response) => response.Headers[ReplayedHeader] = "true";

    /// <summary>
    /// A hash of method, path and body. Uses the parsed body, so that white space and the order of properties do not
    /// matter.
    /// </summary>
    public static Guid Fingerprint<T>(HttpContext context, T body, JsonTypeInfo<T> type) =>
        Fingerprint(context, json => JsonSerializer.Serialize(json, body, type));

    /// <summary>The fingerprint of a request without a body.</summary>
    public static Guid Fingerprint(HttpContext context) => Fingerprint(context, _ => { });

    static Guid Fingerprint(HttpContext context, Action<Utf8JsonWriter> writeBody)
    {
        using var buffer = JsonBuffer.Rent();
        buffer.Json.WriteStartArray();
        buffer.Json.WriteStringValue(context.Request.Method);
        buffer.Json.WriteStringValue(context.Request.Path);
        writeBody(buffer.Json);
        buffer.Json.WriteEndArray();
        return Hash(buffer.Written.Span);
    }

    static Guid Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return new Guid(hash[..16]);
    }
}
