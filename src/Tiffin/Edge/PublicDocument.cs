namespace Tiffin.Edge;

/// <summary>A public JSON document.</summary>
sealed class PublicDocument(ReadOnlyMemory<byte> json) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        return httpContext.Response.WriteSlices(json, httpContext.RequestAborted);
    }
}
