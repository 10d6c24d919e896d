using Tiffin.Edge;
using Tiffin.Edge.Access;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Access;

static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/audit", List).WithTags("Access")
            .Allow(Admin, Chain)
            .Describe("listAudit", "List audit entries",
                "Newest first: privileged requests, and requests rejected by authentication or authorization. Entries "
                + "are append-only. Privileged requests are recorded before the response is sent; rejected requests, "
                + "and those answered 503, shortly afterwards. If a caller is rejected often, some rejections are "
                + "counted, but not listed.")
            .Paginated()
            .Response<Page<AuditView>>(200, "A page of audit entries.")
            .Problem(503, "database_away");

    static async Task<IResult> List(HttpContext context, AuditLog audit)
    {
        var query = new Query(context);
        var limit = query.Limit;
        var before = query.CursorId;
        if (query.Problem is { } bad) return bad;
        var rows = await audit.Read(before, limit + 1, context.RequestAborted);
        var page = Page.Of(rows, limit, row => $"{row.Id:N}");
        return TypedResults.Ok(new Page<AuditView>([.. page.Data.Select(AuditView.Of)], page.NextCursor));
    }
}
