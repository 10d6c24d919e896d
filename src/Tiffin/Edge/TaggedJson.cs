using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Tiffin.Edge;

/// <summary>
/// A JSON body whose entity tag is a hash of its bytes, for resources without a version. A <c>GET</c> is answered with
/// 304 if the client already has this representation.
/// </summary>
sealed class TaggedJson<T>(T body) : IResult
{
    public static string TagOf(T body, IServiceProvider services) => TagOf(Bytes(body, services));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var bytes = Bytes(body, httpContext.RequestServices);
        response.Headers.ETag = TagOf(bytes);
        if (request.IsNotModified(response.Headers.ETag.ToString()))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        await response.WriteBytes("application/json", bytes, httpContext.RequestAborted);
    }

    static byte[] Bytes(T body, IServiceProvider services) => JsonSerializer.SerializeToUtf8Bytes(body,
        services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions.GetTypeInfo(typeof(T)));

    static string TagOf(byte[] bytes) => $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}\"";
}

static class ConditionalGet
{
    /// <summary>Whether the request is a GET and the client has the representation with this tag.</summary>
    public static bool IsNotModified(this HttpRequest request, string etag) => HttpMethods.IsGet(request.Method)
        && request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Tag == "*" || tag.Tag == etag);

    /// <summary>Declares the headers and the 304 of an operation that answers with an entity tag.</summary>
    public static RouteHandlerBuilder Conditional(this RouteHandlerBuilder endpoint) => endpoint
        .RequestHeader("If-None-Match", "ETag of your copy. Returns 304 if nothing has changed.")
        .ResponseHeader("ETag", always: true, 200, 304)
        .Response(304, "Nothing has changed.");
}
