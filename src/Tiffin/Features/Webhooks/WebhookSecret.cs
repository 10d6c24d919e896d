using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tiffin.Features.Webhooks;

/// <summary>A signing secret, valid before <paramref name="ExpiresAt"/>.</summary>
sealed record WebhookSecret(byte[] Key, DateTimeOffset ExpiresAt)
{
    const string Prefix = "whsec_";

    // The specification requires 24 to 64 bytes.
    const int Length = 32;

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(Length);

    /// <summary>The form shown to the endpoint's owner: <c>whsec_</c> and base64.</summary>
    public static string Text(byte[] key) => Prefix + Convert.ToBase64String(key);

    /// <summary>
    /// The header <c>webhook-signature</c>: HMAC-SHA256 of <c>id.timestamp.body</c> by each valid secret, newest first.
    /// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    /// </summary>
    public static string Sign(
        IReadOnlyList<WebhookSecret> secrets, string id, DateTimeOffset now, ReadOnlySpan<byte> body)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"{id}.{now.ToUnixTimeSeconds()}.");
        var header = new StringBuilder(64);
        foreach (var secret in secrets)
        {
            if (secret.ExpiresAt <= now) continue;
            using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret.Key);
            hash.AppendData(Encoding.UTF8.GetBytes(head));
            hash.AppendData(body);
            header.Append(header.Length > 0 ? " v1," : "v1,").Append(Convert.ToBase64String(hash.GetHashAndReset()));
        }
        return header.ToString();
    }
}
