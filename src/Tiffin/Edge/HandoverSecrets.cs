using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tiffin.Domain.Orders;
using Tiffin.Edge.Access;

namespace Tiffin.Edge;

/// <summary>
/// The hand-over codes of orders: four digits, computed from the master key, the order's id and the use, and stored
/// nowhere. Only the limit on wrong codes protects them: four digits are quickly guessed.
/// </summary>
sealed class HandoverSecrets(MasterKey masterKey)
{
    const int Codes = 10_000;
    const int IdLength = 16;

    byte[] Key => field ??= masterKey.Derive("handover");

    public string Code(Guid orderId, HandoverUse use)
    {
        Span<byte> message = stackalloc byte[1 + IdLength];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        message[0] = (byte)use;
        orderId.TryWriteBytes(message[1..], bigEndian: true, out _);
        HMACSHA256.HashData(Key, message, hash);
        // From 2^64 numbers, so the modulo bias is below 10^-15.
        var number = BinaryPrimitives.ReadUInt64BigEndian(hash) % Codes;
        return number.ToString("D4", CultureInfo.InvariantCulture);
    }

    /// <summary>Compares in constant time.</summary>
    public bool Matches(Guid orderId, HandoverUse use, string entered) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(Code(orderId, use)), Encoding.UTF8.GetBytes(entered));
}
