using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Tiffin.Edge;

/// <summary>A file of the screens' build, with the compressed copies that the build made.</summary>
/// <param name="Name">Its path below wwwroot.</param>
sealed record WebAsset(
    string Name, ReadOnlyMemory<byte> Plain, ReadOnlyMemory<byte>? Brotli, ReadOnlyMemory<byte>? Gzip) : IResult
{
    /// <summary>File names in this folder contain a hash of the content.</summary>
    public const string AssetsFolder = "assets/";

    readonly string tag = Convert.ToHexStringLower(SHA256.HashData(Plain.Span)[..8]);

    public int Status { get; init; } = StatusCodes.Status200OK;

    public string ContentType => Path.GetExtension(Name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request.GetTypedHeaders(), httpContext.Response);
        var (coding, content) = Choose(request.AcceptEncoding);
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (Status != StatusCodes.Status200OK) response.Headers.CacheControl = "no-store";
        else if (TrySetNotModified(request, response, coding)) return;
        if (coding is not null) response.Headers.ContentEncoding = coding;
        await response.WriteSlices(content, httpContext.RequestAborted);
    }

    // Sets the caching headers; true if the client has this version.
    bool TrySetNotModified(RequestHeaders request, HttpResponse response, string? coding)
    {
        var etag = new EntityTagHeaderValue($"\"{tag}{(coding is null ? "" : $"-{coding}")}\"");
        response.Headers.ETag = etag.ToString();
        response.Headers.CacheControl = Name.StartsWith(AssetsFolder, StringComparison.Ordinal)
            ? "public, max-age=31536000, immutable"
            : "no-cache";
        if (!request.IfNoneMatch.Any(known => known.Compare(etag, useStrongComparison: false))) return false;
        response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    (string? Coding, ReadOnlyMemory<byte> Content) Choose(IList<StringWithQualityHeaderValue> accepted)
    {
        if (Brotli is { } brotli && Accepts("br")) return ("br", brotli);
        if (Gzip is { } gzip && Accepts("gzip")) return ("gzip", gzip);
        return (null, Plain);

        bool Accepts(string coding) => accepted.Any(one =>
            one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && one.Quality is not 0);
    }
}
