using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Tiffin.Edge.Access;

namespace Tiffin.Edge;

/// <summary>
/// Tracking tokens, for public order tracking. A token is the order's id, encrypted deterministically with a synthetic
/// IV (the SIV construction, RFC 5297), so that it cannot be forged and no token table is needed: 32 bytes, base64url.
/// </summary>
sealed class TrackingTokens(MasterKey masterKey, IOptions<TrackingOptions> options)
{
    const int IdLength = 16;

    byte[] Key => field ??= masterKey.Derive("tracking");

    /// <summary>URL of an order's page, at the request's address unless <c>Tracking:PublicUrl</c> is set.</summary>
    public string Url(Guid orderId, HttpRequest request) =>
        Url(orderId) ?? $"{request.Scheme}://{request.Host}/t/{Of(orderId)}";

    /// <summary>Null if <c>Tracking:PublicUrl</c> is not set.</summary>
    public string? Url(Guid orderId) => options.Value.PublicUrl is { Length: > 0 } server
        ? $"{server.TrimEnd('/')}/t/{Of(orderId)}"
        : null;

    public string Of(Guid orderId)
    {
        Span<byte> token = stackalloc byte[2 * IdLength];
        var tag = token[..IdLength];
        var id = token[IdLength..];
        orderId.TryWriteBytes(id, bigEndian: true, out _);
        Mac(id, tag);
        Mask(tag, id);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>The order of a token; null if the token is invalid.</summary>
    public Guid? Read(string text)
    {
        Span<byte> token = stackalloc byte[2 * IdLength];
        // TryDecodeFromChars throws on invalid base64url.
        if (text.Length != Base64Url.GetEncodedLength(token.Length) || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, token, out var length) || length != token.Length) return null;
        var tag = token[..IdLength];
        var id = token[IdLength..];
        Mask(tag, id);
        Span<byte> expected = stackalloc byte[IdLength];
        Mac(id, expected);
        return CryptographicOperations.FixedTimeEquals(tag, expected) ? new Guid(id, bigEndian: true) : null;
    }

    void Mac(ReadOnlySpan<byte> id, Span<byte> tag) => Prf(0, id, tag);

    void Mask(ReadOnlySpan<byte> tag, Span<byte> id)
    {
        Span<byte> mask = stackalloc byte[IdLength];
        Prf(1, tag, mask);
        for (var i = 0; i < IdLength; i++) id[i] ^= mask[i];
    }

    // "use" separates the two uses of the key (domain separation).
    void Prf(byte use, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> message = stackalloc byte[1 + IdLength];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        message[0] = use;
        input.CopyTo(message[1..]);
        HMACSHA256.HashData(Key, message, hash);
        hash[..IdLength].CopyTo(output);
    }
}
