using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tiffin.Edge;

/// <summary>A response that is stored with its idempotency key, and replayed byte for byte.</summary>
sealed record StoredResponse(int Status, byte[] Json, string? Location = null, bool IsReplayed = false) : IResult
{
    public static StoredResponse Of<T>(int status, T answer, JsonTypeInfo<T> type, string? location = null) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(answer, type), location);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        // May contain a secret.
        response.Headers.CacheControl = "no-store";
        if (Location is not null) response.Headers.Location = Location;
        if (IsReplayed) IdempotencyKey.MarkReplayed(response);
        await response.WriteBytes("application/json", Json, httpContext.RequestAborted);
    }
}
