using System.IO.Pipelines;

namespace Tiffin.Edge;

static class Slices
{
    const int Slice = 16 * 1024;

    /// <summary>Writes a small body.</summary>
    public static ValueTask<FlushResult> WriteBytes(
        this HttpResponse response, string type, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        response.ContentType = type;
        response.ContentLength = body.Length;
        return response.BodyWriter.WriteAsync(body, cancel);
    }

    /// <summary>Writes a body in slices: the server copies one of them for a slow client, not the body.</summary>
    public static async Task WriteSlices(
        this HttpResponse response, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        response.ContentLength = body.Length;
        for (var left = body; left.Length > 0; left = left[Math.Min(Slice, left.Length)..])
            await response.BodyWriter.WriteAsync(left[..Math.Min(Slice, left.Length)], cancel);
    }
}
