using System.Buffers.Binary;

namespace Tiffin.Domain;

/// <summary>
/// An order's id is a UUIDv7 with its kitchen's number in 24 of the random bits (bytes 13 to 15), so that orders can be
/// sharded by kitchen without a lookup table. 50 random bits per millisecond remain.
/// </summary>
public static class OrderId
{
    public const int KitchenNumberMax = (1 << 24) - 1;

    public static Guid Of(Guid seed, int kitchenNumber)
    {
        Span<byte> bytes = stackalloc byte[16];
        seed.TryWriteBytes(bytes, bigEndian: true, out _);
        var tail = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) & 0xFF00_0000 | (uint)kitchenNumber;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], tail);
        return new Guid(bytes, bigEndian: true);
    }

    public static int KitchenNumberOf(Guid orderId)
    {
        Span<byte> bytes = stackalloc byte[16];
        orderId.TryWriteBytes(bytes, bigEndian: true, out _);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) & 0x00FF_FFFF);
    }
}

/// <summary>An identifier chosen by the operator: <c>^[a-z0-9][a-z0-9-]{0,63}$</c>.</summary>
public static class Slug
{
    public const string Pattern = "^[a-z0-9][a-z0-9-]{0,63}$";

    public static bool IsValid(string text)
    {
        if (text.Length is 0 or > 64 || text[0] == '-') return false;
        foreach (var c in text)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')) return false;
        }
        return true;
    }
}

/// <summary>A machine-readable word, such as a reason: <c>^[a-z][a-z0-9_]{0,63}$</c>.</summary>
public static class Code
{
    public const string Pattern = "^[a-z][a-z0-9_]{0,63}$";

    public static bool IsValid(string text) =>
        text.Length is > 0 and <= 64 && text[0] is >= 'a' and <= 'z'
        && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_');
}
