using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Tiffin.Edge.Access;

namespace Tiffin.Edge;

/// <summary>Security headers of every response, including errors.</summary>
static class SecurityHeaders
{
    // The trace id: that of the caller if it sent a valid traceparent.
    const string RequestId = "Request-Id";

    const string PolicyOfPages = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
        + "form-action 'self'; frame-ancestors 'none'";

    const string PolicyOfData = "default-src 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        // Not by scheme: behind a proxy that terminates TLS, requests arrive over HTTP, where browsers ignore HSTS.
        var isProduction = !app.Environment.IsDevelopment();
        app.Use((context, next) =>
        {
            // When the response starts: the exception handler clears headers that were set earlier.
            context.Response.OnStarting(static state =>
            {
                var (context, isProduction) = ((HttpContext, bool))state;
                Set(context, isProduction);
                return Task.CompletedTask;
            }, (context, isProduction));
            return next(context);
        });
    }

    static void Set(HttpContext context, bool isProduction)
    {
        var headers = context.Response.Headers;
        // Scripts too: a service worker's requests are governed by the policy of its script.
        var isPage = context.Response.ContentType is { } type
            && (type.StartsWith("text/html", StringComparison.Ordinal)
                || type.StartsWith("text/javascript", StringComparison.Ordinal));
        if (context.Features.Get<IHttpActivityFeature>()?.Activity.TraceId.ToHexString() is { } trace)
            headers[RequestId] = trace;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = isPage ? PolicyOfPages : PolicyOfData;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (isProduction) headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        // Responses are private to the caller: no shared cache may store them.
        if (headers.CacheControl.Count == 0 && context.Request.Path.StartsWithSegments("/v1"))
            headers.CacheControl = "no-store";
    }

    /// <summary>CORS for the configured origins.</summary>
    public static void UseConfiguredCors(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.AllowedOrigins;
        if (origins.Length == 0) return;
        app.UseCors(policy => policy.WithOrigins(origins).WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .WithHeaders("Authorization", "Content-Type", IdempotencyKey.Header, "If-Match", "If-None-Match",
                "Last-Event-ID", Sessions.AntiforgeryHeader)
            .WithExposedHeaders("ETag", "Location", IdempotencyKey.ReplayedHeader, "Retry-After", "RateLimit",
                "RateLimit-Policy", RequestId)
            .SetPreflightMaxAge(TimeSpan.FromHours(1)));
    }
}
