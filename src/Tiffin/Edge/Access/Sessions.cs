using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>
/// A browser's session: the caller, sealed in a cookie that no script can read, so that no table of sessions is
/// needed. One that was opened with an API key ends with that key; those that were ended are known by what they were
/// numbered with.
/// </summary>
public sealed class Sessions(
    InstallationKey installation, KeyRing keys, EndedSessions endedSessions)
{
    public const string Cookie = "tiffin-session";
    static readonly TimeSpan lasts = TimeSpan.FromHours(12);
    const int SealLength = HMACSHA256.HashSizeInBytes;

    byte[]? key;

    /// <summary>The cookie's value for whoever signs in, and until when it is good.</summary>
    public async ValueTask<(string Value, DateTimeOffset ExpiresAt)> Open(
        Credential credential, CancellationToken cancel)
    {
        var (caller, expires) = (credential.Caller, keys.Now + lasts);
        if (credential.ExpiresAt < expires) expires = credential.ExpiresAt.Value;
        var content = JsonSerializer.SerializeToUtf8Bytes(
            new SessionContent(caller.Role, caller.Id, [.. caller.Kitchens], caller.Channel, credential.Name,
                expires.ToUnixTimeSeconds(), RandomNumberGenerator.GetHexString(16, lowercase: true)),
            SessionJson.Default.SessionContent);
        var seal = await Seal("cookie", content, cancel);
        return (Base64Url.EncodeToString([.. seal, .. content]), expires);
    }

    public static CookieOptions CookieOptions(HttpContext context, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        // Not every browser keeps a secure cookie of http://127.0.0.1.
        Secure = context.Request.IsHttps
            || !context.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment(),
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expires,
    };

    /// <summary>Who a cookie speaks of; null for one that is not ours, too old, or whose key was revoked.</summary>
    public async ValueTask<Credential?> Read(string cookie, CancellationToken cancel)
    {
        if (await Unseal(cookie, cancel) is not { } session || endedSessions.Holds(session.Nonce)) return null;
        var expires = DateTimeOffset.FromUnixTimeSeconds(session.Expires);
        if (expires <= keys.Now) return null;
        var ended = CancellationToken.None;
        if (session.Name.StartsWith(ApiKey.Start, StringComparison.Ordinal))
        {
            if (await keys.OfPrefix(session.Name[ApiKey.Start.Length..], cancel) is not { } held) return null;
            ended = held.Ended;
        }
        var caller = new Caller(session.Role, session.Id)
        {
            Kitchens = session.Kitchens.ToHashSet(StringComparer.Ordinal), Channel = session.Channel,
        };
        return new Credential(caller, session.Name, expires, cookie) { Ended = ended };
    }

    /// <summary>Here at once, on all other nodes within seconds: copies of the cookie too.</summary>
    public async Task End(string cookie, CancellationToken cancel)
    {
        if (await Unseal(cookie, cancel) is { } session)
            await endedSessions.Add(session.Nonce, DateTimeOffset.FromUnixTimeSeconds(session.Expires), cancel);
    }

    async ValueTask<SessionContent?> Unseal(string cookie, CancellationToken cancel)
    {
        if (cookie.Length > 4096 || !Base64Url.IsValid(cookie)) return null;
        var bytes = Base64Url.DecodeFromChars(cookie);
        if (bytes.Length <= SealLength) return null;
        var content = bytes[SealLength..];
        var seal = await Seal("cookie", content, cancel);
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, SealLength), seal)
            ? JsonSerializer.Deserialize(content, SessionJson.Default.SessionContent)
            : null;
    }

    /// <summary>
    /// What a browser sends in a header with each change: another site can make it send the cookie, but cannot know
    /// this.
    /// </summary>
    public async ValueTask<string> Antiforgery(string cookie, CancellationToken cancel) =>
        Base64Url.EncodeToString(await Seal("antiforgery", Encoding.ASCII.GetBytes(cookie), cancel));

    public async ValueTask<bool> IsAntiforgery(string cookie, string token, CancellationToken cancel)
    {
        var expected = await Antiforgery(cookie, cancel);
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(expected));
    }

    async ValueTask<byte[]> Seal(string use, byte[] content, CancellationToken cancel)
    {
        key ??= await installation.Derive("sessions", cancel);
        byte[] sealedBytes = [.. Encoding.ASCII.GetBytes(use), 0, .. content];
        return HMACSHA256.HashData(key, sealedBytes);
    }
}

sealed record SessionContent(
    Role Role, string Id, string[] Kitchens, string? Channel, string Name, long Expires, string Nonce);

[JsonSerializable(typeof(SessionContent))]
sealed partial class SessionJson : JsonSerializerContext;
