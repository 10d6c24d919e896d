using System.Buffers.Text;
using System.Text;

namespace Tiffin.Bench.OpenLoop;

/// <summary>
/// Incremental parser of one HTTP/1.1 response: status, body and end.
/// </summary>
sealed class HttpReply
{
    const int SizeMax = 16 << 20;

    byte[] bytes = new byte[8192];
    int count;
    int bodyStart;
    int bodyLength;
    int scanned;

    public int Status { get; private set; }

    /// <summary>Valid after <see cref="Received"/> has returned true, until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Body => bytes.AsSpan(bodyStart, bodyLength);

    public bool HasRetryAfter => Header("retry-after"u8).Length > 0;

    /// <summary>The buffer for the next bytes.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (bytes.Length - count < 1024)
            {
                if (bytes.Length >= SizeMax)
                    throw new InvalidDataException($"the response is longer than {SizeMax} bytes");
                Array.Resize(ref bytes, bytes.Length * 2);
            }
            return bytes.AsMemory(count);
        }
    }

    public void Clear() => (Status, count, bodyStart, bodyLength, scanned) = (0, 0, 0, 0, 0);

    /// <summary>Parses the bytes put into <see cref="Free"/>; true if the response is complete.</summary>
    public bool Received(int more)
    {
        count += more;
        if (bodyStart == 0)
        {
            var end = bytes.AsSpan(0, count).IndexOf("\r\n\r\n"u8);
            if (end < 0) return false;
            bodyStart = scanned = end + 4;
            if (!Utf8Parser.TryParse(bytes.AsSpan(9, 3), out int status, out _))
                throw new InvalidDataException("invalid status line");
            Status = status;
        }
        if (Status is 204 or 304) return true;
        var length = Header("content-length"u8);
        if (length.Length == 0) return Unchunked();
        if (!Utf8Parser.TryParse(length, out bodyLength, out _))
            throw new InvalidDataException("invalid Content-Length");
        return count - bodyStart >= bodyLength;
    }

    // Joins complete chunks at the start of the body: https://www.rfc-editor.org/rfc/rfc9112#section-7.1
    bool Unchunked()
    {
        while (true)
        {
            var rest = bytes.AsSpan(scanned, count - scanned);
            var line = rest.IndexOf("\r\n"u8);
            if (line < 0) return false;
            if (!Utf8Parser.TryParse(rest, out int size, out _, 'x'))
                throw new InvalidDataException("invalid chunk size");
            if (rest.Length < line + 2 + size + 2) return false;
            rest.Slice(line + 2, size).CopyTo(bytes.AsSpan(bodyStart + bodyLength));
            bodyLength += size;
            scanned += line + 2 + size + 2;
            if (size == 0) return true;
        }
    }

    ReadOnlySpan<byte> Header(ReadOnlySpan<byte> name)
    {
        var head = bytes.AsSpan(0, Math.Max(0, bodyStart - 2));
        while (head.IndexOf("\r\n"u8) is var end and >= 0)
        {
            var line = head[..end];
            head = head[(end + 2)..];
            if (line.Length > name.Length && line[name.Length] == ':'
                && Ascii.EqualsIgnoreCase(line[..name.Length], name))
                return line[(name.Length + 1)..].Trim((byte)' ');
        }
        return default;
    }
}
