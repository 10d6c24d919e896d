namespace Tiffin.Edge;

/// <summary>
/// A public document, written in slices: a slow client holds one slice in memory instead of a copy.
/// </summary>
sealed class PublicDocument(ReadOnlyMemory<byte> json) : IResult
{
    const int Slice = 16 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Length;
        for (var left = json; left.Length > 0; left = left[Math.Min(Slice, left.Length)..])
        {
            await response.BodyWriter.WriteAsync(left[..Math.Min(Slice, left.Length)], httpContext.RequestAborted);
        }
    }
}
