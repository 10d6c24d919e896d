using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Access;

static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/audit", List).WithTags("Access")
            .Allow(Admin, Chain)
            .Describe("listAudit", "Who did what",
                "Newest first: calls that were refused for who made them, and those that only few may make. Rows are "
                + "added and never changed. That of a call that only few may make is there before its answer, that of "
                + "a refused one a moment later; of many refusals of one caller some are only counted.")
            .QueryParameter("limit", "How many entries to answer at most, up to 200.")
            .QueryParameter("cursor", "Where to go on: nextCursor of the page before.")
            .Response<Page<AuditView>>(200, "A page.")
            .Problem(400, "malformed_request")
            .Problem(503, "database_away");

    static async Task<IResult> List(HttpContext context, AuditLog audit)
    {
        var query = new Query(context);
        var limit = query.Limit;
        var before = query.Cursor(text => Guid.TryParseExact(text, "N", out _) ? text : null);
        if (query.Problem is { } bad) return bad;
        var rows = await audit.Read(
            before is null ? null : Guid.ParseExact(before, "N"), limit + 1, context.RequestAborted);
        var page = Page.Of(rows, limit, row => $"{row.Id:N}");
        return TypedResults.Ok(new Page<AuditView>([.. page.Data.Select(AuditView.Of)], page.NextCursor));
    }
}
