using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Tiffin.Edge;

/// <summary>
/// Makes paths case-sensitive and rejects trailing slashes, so that each resource has one URL. Serves HEAD as GET.
/// </summary>
static class ExactRoutes
{
    public static void UseExactRoutes(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            if (!HttpMethods.IsHead(context.Request.Method)) return next(context);
            // The server remembers the original method: it drops the body, but keeps Content-Length.
            context.Features.Set(new HeadRequest());
            context.Request.Method = HttpMethods.Get;
            return next(context);
        });
        app.UseRouting();
        app.Use((context, next) =>
        {
            if (context.GetEndpoint() is RouteEndpoint endpoint && IsApiPath(context.Request.Path)
                && !MatchesExactly(context.Request.Path.Value!, endpoint.RoutePattern))
                context.SetEndpoint(null);
            return next(context);
        });
    }

    /// <summary>Whether the request was HEAD: a stream must end after its headers.</summary>
    public static bool IsHead(this HttpContext context) => context.Features.Get<HeadRequest>() is not null;

    static bool IsApiPath(PathString path) => path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase);

    static bool MatchesExactly(ReadOnlySpan<char> path, RoutePattern pattern)
    {
        foreach (var segment in pattern.PathSegments)
        {
            if (path.Length == 0) return false;
            path = path[1..];
            var end = path.IndexOf('/');
            var part = end < 0 ? path : path[..end];
            if (segment.Parts is [RoutePatternLiteralPart literal] && !part.SequenceEqual(literal.Content))
                return false;
            path = end < 0 ? [] : path[end..];
        }
        return path.Length == 0;
    }

    sealed class HeadRequest;
}
