using System.Security.Cryptography;
using System.Text;

namespace Tiffin.Tests.Docs;

/// <summary>The C# verification that docs/integrate/webhooks.md shows, word for word.</summary>
static class IncomingWebhook
{
    public static bool IsGenuine(string secret, IReadOnlyDictionary<string, string> headers, string body)
    {
        var (id, sent) = (headers["webhook-id"], headers["webhook-timestamp"]);
        if (!long.TryParse(sent, out var at) || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - at) > 300)
            return false;
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var signed = Encoding.UTF8.GetBytes($"{id}.{sent}.{body}");
        var ours = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}";
        return headers["webhook-signature"].Split(' ').Any(theirs =>
            CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(theirs), Encoding.UTF8.GetBytes(ours)));
    }
}
