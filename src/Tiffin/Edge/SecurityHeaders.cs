using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Tiffin.Edge.Access;

namespace Tiffin.Edge;

/// <summary>The headers of every answer, errors too.</summary>
static class SecurityHeaders
{
    /// <summary>The trace of the request: the caller's own, where it sent a valid <c>traceparent</c>.</summary>
    const string RequestId = "Request-Id";

    const string PolicyOfPages = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
        + "form-action 'self'; frame-ancestors 'none'";

    const string PolicyOfData = "default-src 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        // Behind a proxy that ends TLS the request looks unsecured; over plain HTTP browsers ignore the header.
        var isPublished = !app.Environment.IsDevelopment();
        app.Use((context, next) =>
        {
            // At the start of the answer: what fails on the way clears what was set before.
            context.Response.OnStarting(static state =>
            {
                var (context, isPublished) = ((HttpContext, bool))state;
                Set(context, isPublished);
                return Task.CompletedTask;
            }, (context, isPublished));
            return next(context);
        });
    }

    static void Set(HttpContext context, bool isPublished)
    {
        var headers = context.Response.Headers;
        var isPage = context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true;
        if (context.Features.Get<IHttpActivityFeature>()?.Activity.TraceId.ToHexString() is { } trace)
            headers[RequestId] = trace;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = isPage ? PolicyOfPages : PolicyOfData;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (isPublished) headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        // What the API answers is somebody's own: nobody keeps a copy on the way.
        if (headers.CacheControl.Count == 0 && context.Request.Path.StartsWithSegments("/v1"))
            headers.CacheControl = "no-store";
    }

    /// <summary>Pages of other origins may ask when theirs is listed, to the letter.</summary>
    public static void UseOrigins(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.Origins;
        if (origins.Length == 0) return;
        app.UseCors(policy => policy.WithOrigins(origins).WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .WithHeaders("Authorization", "Content-Type", IdempotencyKey.Header, "If-Match", "If-None-Match",
                "Last-Event-ID", Gate.AntiforgeryHeader)
            .WithExposedHeaders("ETag", "Location", IdempotencyKey.ReplayedHeader, "Retry-After", "RateLimit",
                "RateLimit-Policy", RequestId)
            .SetPreflightMaxAge(TimeSpan.FromHours(1)));
    }
}
