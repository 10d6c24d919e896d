using System.Security.Cryptography;

namespace Tiffin.Edge.Access;

/// <summary>
/// Encryption at rest of secrets in the database: AES-256-GCM with the row's id as associated data, so that a
/// ciphertext cannot be moved to another row. Format: nonce, tag, ciphertext.
/// </summary>
sealed class SecretSeal(MasterKey masterKey)
{
    const int NonceLength = 12;
    const int TagLength = 16;

    public byte[] Seal(byte[] plain, Guid boundTo)
    {
        using var aes = Aes();
        var result = new byte[NonceLength + TagLength + plain.Length];
        var (nonce, tag, cipher) = Parts(result);
        RandomNumberGenerator.Fill(nonce.Span);
        aes.Encrypt(nonce.Span, plain, cipher.Span, tag.Span, boundTo.ToByteArray());
        return result;
    }

    /// <exception cref="CryptographicException">Sealed under another key, or for another row.</exception>
    public byte[] Unseal(byte[] closed, Guid boundTo)
    {
        using var aes = Aes();
        var (nonce, tag, cipher) = Parts(closed);
        var plain = new byte[cipher.Length];
        aes.Decrypt(nonce.Span, cipher.Span, tag.Span, plain, boundTo.ToByteArray());
        return plain;
    }

    AesGcm Aes() => new(masterKey.Derive("stored secrets"), TagLength);

    static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Cipher) Parts(Memory<byte> closed) =>
        (closed[..NonceLength], closed[NonceLength..(NonceLength + TagLength)], closed[(NonceLength + TagLength)..]);
}
