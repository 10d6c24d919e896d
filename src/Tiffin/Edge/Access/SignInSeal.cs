using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Tiffin.Edge.Access;

/// <summary>
/// Protects the state of a sign-in in the browser with a key that all nodes share: the browser may return to another
/// node. The framework's default keys are on the disk of one node.
/// </summary>
sealed class SignInSeal(InstallationKey installation) : IDataProtectionProvider
{
    const int NonceLength = 12;
    const int TagLength = 16;

    byte[]? key;

    /// <summary>Must be awaited before protecting or unprotecting.</summary>
    public async ValueTask Ready(CancellationToken cancel) => key ??= await installation.Derive("sign-in", cancel);

    public IDataProtector CreateProtector(string purpose) => new Protector(this, purpose);

    sealed class Protector(SignInSeal seal, string purpose) : IDataProtector
    {
        // Associated data: a payload of one purpose does not decrypt for another.
        readonly byte[] associated = Encoding.UTF8.GetBytes(purpose);

        public IDataProtector CreateProtector(string purpose) =>
            new Protector(seal, $"{Convert.ToHexString(associated)}/{purpose}");

        public byte[] Protect(byte[] plaintext)
        {
            var output = new byte[NonceLength + TagLength + plaintext.Length];
            var nonce = output.AsSpan(0, NonceLength);
            RandomNumberGenerator.Fill(nonce);
            using var aes = new AesGcm(seal.key!, TagLength);
            aes.Encrypt(nonce, plaintext, output.AsSpan(NonceLength + TagLength),
                output.AsSpan(NonceLength, TagLength), associated);
            return output;
        }

        public byte[] Unprotect(byte[] protectedData)
        {
            if (protectedData.Length < NonceLength + TagLength) throw new CryptographicException("too short");
            var input = protectedData.AsSpan();
            var plaintext = new byte[input.Length - NonceLength - TagLength];
            using var aes = new AesGcm(seal.key!, TagLength);
            aes.Decrypt(input[..NonceLength], input[(NonceLength + TagLength)..],
                input.Slice(NonceLength, TagLength), plaintext, associated);
            return plaintext;
        }
    }
}
