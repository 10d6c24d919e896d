using System.ComponentModel;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Devices;

static class DeviceEndpoints
{
    public static void MapDevices(this IEndpointRouteBuilder app)
    {
        var devices = app.MapGroup("/v1/devices").WithTags("Access");
        devices.MapGet("", List)
            .Allow(Admin | Manager, Own)
            .Describe("listDevices", "List paired devices",
                "Your kitchens' devices that may sign in, oldest first. The list of API keys also has devices that "
                + "were revoked or have expired.")
            .Paginated()
            .Response<Page<DeviceView>>(200, "A page of devices.")
            .Problem(503, "database_away");
        devices.MapDelete("{id}", Revoke)
            .Allow(Admin | Manager, Own).Audit()
            .Describe("revokeDevice", "Revoke a paired device",
                "Takes effect on this node at once and on all other nodes within five seconds. Ends the device's "
                + "session and its streams.")
            .Response(204, "Revoked.")
            .Problem(404, "not_found");
    }

    static async Task<IResult> List(HttpContext context, KeyRing ring)
    {
        var query = new Query(context);
        var limit = query.Limit;
        var after = query.CursorId ?? Guid.Empty;
        if (query.Problem is { } bad) return bad;
        var rows = await ring.Devices(Scope.Of(context.Caller()), after, limit + 1, context.RequestAborted);
        var page = Page.Of(rows, limit, row => $"{row.Id:N}");
        return TypedResults.Ok(new Page<DeviceView>([.. page.Data.Select(DeviceView.Of)], page.NextCursor));
    }

    static async Task<IResult> Revoke(
        [Description("The device's id.")] string id, HttpContext context, KeyRing ring) =>
        Guid.TryParseExact(id, "D", out var device)
            && await ring.RevokeDevice(Scope.Of(context.Caller()), device, context.RequestAborted)
            ? TypedResults.NoContent()
            : Problems.NotFound;
}
