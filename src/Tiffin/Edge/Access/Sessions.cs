using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>
/// Browser sessions. The caller is stored in an authenticated HttpOnly cookie, so that no session table is needed. A
/// session that was opened with an API key ends with that key; ended sessions are recorded by their nonce.
/// </summary>
sealed class Sessions(
    InstallationKey installation, KeyRing keys, EndedSessions endedSessions)
{
    public const string Cookie = "tiffin-session";
    static readonly TimeSpan lifetime = TimeSpan.FromHours(12);
    const int SealLength = HMACSHA256.HashSizeInBytes;

    byte[]? key;

    /// <summary>Opens a session; returns the value of its cookie and its expiry.</summary>
    public async ValueTask<(string Value, DateTimeOffset ExpiresAt)> Open(
        Credential credential, CancellationToken cancel)
    {
        var expires = keys.Now + lifetime;
        // A session that is opened from another one, such as a device's, lasts as long as that one.
        if (credential.Session is not null || credential.ExpiresAt < expires) expires = credential.ExpiresAt!.Value;
        return (await Open(credential, expires, cancel), expires);
    }

    /// <summary>Opens a session until a time; returns the value of its cookie.</summary>
    public async ValueTask<string> Open(Credential credential, DateTimeOffset expires, CancellationToken cancel)
    {
        var caller = credential.Caller;
        var content = JsonSerializer.SerializeToUtf8Bytes(
            new SessionContent(caller.Role, caller.Id, [.. caller.Kitchens], caller.Channel, credential.Name,
                expires.ToUnixTimeSeconds(), RandomNumberGenerator.GetHexString(16, lowercase: true)),
            SessionJson.Default.SessionContent);
        var seal = await Seal("cookie", content, cancel);
        return Base64Url.EncodeToString([.. seal, .. content]);
    }

    public static CookieOptions CookieOptions(HttpContext context, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        // Some browsers discard secure cookies of http://127.0.0.1.
        Secure = context.Request.IsHttps
            || !context.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment(),
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expires,
    };

    /// <summary>The caller of a cookie; null if it is forged, expired or ended, or if its key was revoked.</summary>
    public async ValueTask<Credential?> Read(string cookie, CancellationToken cancel)
    {
        if (await Unseal(cookie, cancel) is not { } session) return null;
        var expires = DateTimeOffset.FromUnixTimeSeconds(session.Expires);
        if (expires <= keys.Now) return null;
        var end = endedSessions.EndOf(session.Nonce, expires);
        if (end.IsCancellationRequested) return null;
        var key = await KeyOf(session, cancel);
        if (key is null && IsOfKey(session)) return null;
        var caller = new Caller(session.Role, session.Id)
        {
            Kitchens = session.Kitchens.ToHashSet(StringComparer.Ordinal), Channel = session.Channel,
        };
        return new Credential(caller, session.Name, expires, cookie) { Key = key, SignedOut = end };
    }

    static bool IsOfKey(SessionContent session) => session.Name.StartsWith(ApiKey.Start, StringComparison.Ordinal);

    async ValueTask<HeldKey?> KeyOf(SessionContent session, CancellationToken cancel) =>
        IsOfKey(session) ? await keys.OfPrefix(session.Name[ApiKey.Start.Length..], cancel) : null;

    /// <summary>
    /// Ends the session and all copies of its cookie: on this node at once, on the others within five seconds. A device
    /// that signs out is no longer paired: no other credential could bring it back.
    /// </summary>
    public async Task End(string cookie, CancellationToken cancel)
    {
        if (await Unseal(cookie, cancel) is not { } session) return;
        if (await KeyOf(session, cancel) is { Row: { IsDevice: true, Id: var device } })
            await keys.Revoke(device, cancel);
        else
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
    /// The anti-forgery (CSRF) token, required with each change: another site can make the browser send the cookie, but
    /// cannot read this token.
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
