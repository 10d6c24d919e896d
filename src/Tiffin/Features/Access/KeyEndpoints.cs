using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Access;

static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/v1/keys").WithTags("Access");
        keys.MapPost("", Create)
            .Allow(Admin, Chain).Audit()
            .Describe("createKey", "Create an API key",
                "The key is only in this response. To rotate a key, create a new one with the same subject and delete "
                + "the old one when it is no longer in use.")
            .AcceptsIdempotencyKey()
            .ResponseHeader("Location", always: true, 201)
            .Response<KeyView>(201, "Created.")
            .Problem(422, "validation_failed")
            .Problem(503, "database_away");
        keys.MapGet("", List)
            .Allow(Admin, Chain)
            .Describe("listKeys", "List API keys", "Oldest first, including revoked keys and those of paired devices.")
            .Paginated()
            .Response<Page<KeyView>>(200, "A page of keys.")
            .Problem(503, "database_away");
        keys.MapDelete("{id}", Revoke)
            .Allow(Admin, Chain).Audit()
            .Describe("revokeKey", "Revoke an API key",
                "Takes effect on this node at once and on all other nodes within five seconds. Ends the sessions and "
                + "streams that were opened with the key.")
            .Response(204, "Revoked.")
            .Problem(404, "not_found");
    }

    static async Task<IResult> Create(
        KeyRequest body, HttpContext context, KeyRing ring, CatalogueReader reader, Administration administration,
        TimeProvider clock)
    {
        var kitchens = body.Kitchens ?? [];
        var faults = new List<Fault>(KeyRules.Check(body.Role, kitchens, body.Channel, body.Subject, body.Label));
        var catalogue = await reader.Read(context.RequestAborted);
        for (var i = 0; i < kitchens.Count; i++)
        {
            if (Slug.IsValid(kitchens[i]) && !catalogue.Kitchens.ContainsKey(kitchens[i]))
                faults.Add(Faults.UnknownKitchen($"/kitchens/{i}", kitchens[i]));
        }
        if (faults.Count > 0) return Problems.Of(new Refusal.Invalid(faults));
        var created = default(KeyRow);
        var fingerprint = IdempotencyKey.Fingerprint(context, body, AccessJson.Strict.KeyRequest);
        var answer = await administration.Commit(context, fingerprint, async connection =>
        {
            // Checked only for the first request: when it is repeated, the key that it created may have expired.
            if (body.ExpiresAt <= clock.GetUtcNow())
                return Problems.Of(new Refusal.Invalid("/expiresAt", "in_the_past", "must be in the future"));
            (var key, created) = await ring.Create(
                connection, KeyRules.Caller(body.Role, kitchens, body.Channel, body.Subject), body.Label,
                body.ExpiresAt, context.Credential()!.Name, context.RequestAborted);
            return StoredResponse.Of(
                201, KeyView.Of(created, key), AccessJson.Strict.KeyView, $"/v1/keys/{created.Id}");
        });
        if (created is not null && answer is StoredResponse) ring.Add(created);
        return answer;
    }

    static async Task<IResult> List(HttpContext context, KeyRing ring)
    {
        var query = new Query(context);
        var limit = query.Limit;
        var after = query.CursorId ?? Guid.Empty;
        if (query.Problem is { } bad) return bad;
        var rows = await ring.List(after, limit + 1, context.RequestAborted);
        var page = Page.Of(rows, limit, row => $"{row.Id:N}");
        return TypedResults.Ok(new Page<KeyView>([.. page.Data.Select(row => KeyView.Of(row))], page.NextCursor));
    }

    static async Task<IResult> Revoke([Description("The key's id.")] string id, HttpContext context, KeyRing ring) =>
        Guid.TryParseExact(id, "D", out var keyId) && await ring.Revoke(keyId, context.RequestAborted)
            ? TypedResults.NoContent()
            : Problems.NotFound;
}
