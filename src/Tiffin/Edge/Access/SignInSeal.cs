using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Tiffin.Edge.Access;

/// <summary>
/// Seals what a browser carries while it signs in, by a key that every node derives: whoever is sent back may meet
/// another one. The framework's own keys lie on one node's disk.
/// </summary>
sealed class SignInSeal(InstallationKey installation) : IDataProtectionProvider
{
    const int NonceLength = 12;
    const int TagLength = 16;

    byte[]? key;

    /// <summary>To be awaited before anything is sealed or opened.</summary>
    public async ValueTask Ready(CancellationToken cancel) => key ??= await installation.Derive("sign-in", cancel);

    public IDataProtector CreateProtector(string purpose) => new Protector(this, purpose);

    sealed class Protector(SignInSeal seal, string purpose) : IDataProtector
    {
        /// <summary>What was sealed for one purpose opens for no other.</summary>
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
