using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Devices;

/// <summary>
/// Pairing as in the device authorization grant (RFC 8628): a screen without a keyboard shows a code, a manager enters
/// it on their own device, and the screen, which polls, gets a session and is then a paired device.
/// </summary>
static class PairingEndpoints
{
    const int IntervalSeconds = 5;
    const int SecretBytes = 32;
    static readonly TimeSpan lifetime = TimeSpan.FromMinutes(10);

    static readonly Problem codeUnknown = Problems.NotFound with
    {
        Detail = "No pairing with this code is open. A code is valid for ten minutes and once: enter the one that the "
            + "device shows now.",
    };

    static readonly Problem secretUnknown = Problems.NotFound with
    {
        Detail = "No pairing with this secret is open: it has expired or was claimed. Ask for a new code.",
    };

    public static Problem TooManyPairings(DeviceOptions limits) => new(
        429, "too_many_pairings", "Too many open pairings",
        $"At most {limits.OpenPairingsPerAddressMax} pairings of one address and {limits.OpenPairingsMax} in all may "
        + "be open. Each ends when its device is paired, or after ten minutes.")
    {
        RetryAfter = 60,
    };

    public static void MapPairings(this IEndpointRouteBuilder app)
    {
        var pairings = app.MapGroup("/v1/devices/pairings").WithTags("Access");
        pairings.MapPost("", Begin)
            .Describe("beginPairing", "Request a pairing code",
                "For a screen in a kitchen. It shows userCode, a manager confirms it (confirmPairing), and the screen "
                + "calls claimPairing every 'interval' seconds until it has a session.")
            .NoIdempotencyKey("A pairing without a confirmation expires after ten minutes: a duplicate does no harm, "
                + "and the secret must not be stored for a replay.")
            .Response<PairingView>(200, "The code to show, valid for ten minutes.")
            .Problem(429, "too_many_requests", "too_many_concurrent_requests", "too_many_pairings")
            .Public(limitByAddress: true);
        pairings.MapPut("{code}", Confirm)
            .Allow(Admin | Manager, Own).Audit()
            .Describe("confirmPairing", "Confirm a pairing",
                "Gives the device that shows the code the role kitchen in one of your kitchens, until it is revoked or "
                + "expires. Enter only a code that you see on the device itself. Any other code pairs "
                + "someone else's device.")
            .Response(204, "Confirmed. The device signs in when it calls claimPairing next.")
            .Problem(404, "not_found")
            .Problem(422, "validation_failed")
            .Problem(429, "too_many_requests")
            .Problem(503, "database_away");
        pairings.MapPost("claim", Claim)
            .Describe("claimPairing", "Claim a confirmed pairing",
                "Returns, once, a session cookie like that of openSession, which is valid for months.")
            .NoIdempotencyKey("The cookie is a credential that must not be stored for a replay. If the response is "
                + "lost, request a new code.")
            .Response<DeviceSessionView>(200, "Paired and signed in.")
            .Response(202, "Not confirmed yet. Ask again after the delay in Retry-After.")
            .ResponseHeader("Retry-After", always: true, 202)
            .Problem(404, "not_found")
            .Problem(429, "too_many_requests", "too_many_concurrent_requests")
            .Problem(503, "database_away")
            .Public(limitByAddress: true);
    }

    // Not an administrative transaction: anonymous callers must not occupy its connections, and a lost pairing can be
    // started again.
    static async Task<IResult> Begin(
        HttpContext context, Database database, PairingCode codes, IOptions<DeviceOptions> options)
    {
        var cancel = context.RequestAborted;
        var (code, secret) = (PairingCode.New(), RandomNumberGenerator.GetHexString(2 * SecretBytes, lowercase: true));
        var address = CallerLimits.Network(context.Connection.RemoteIpAddress).ToString();
        var codeHash = codes.Hash(code);
        await using var connection = await database.OpenRequest(cancel);
        if (await PairingTable.Insert(
                connection, ApiKey.Hash(secret), codeHash, address, lifetime, options.Value, cancel) is not { } expires)
            return TooManyPairings(options.Value);
        context.AuditRequest();
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new PairingView(code, secret, expires, IntervalSeconds));
    }

    static async Task<IResult> Confirm(
        [Description("The code that the device shows, with or without the hyphen.")] string code,
        PairingConfirmation body, HttpContext context, Database database, PairingCode codes, CatalogueReader reader,
        CallerLimits limits)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var faults = new Faults();
        faults.Slug("/kitchenId", body.KitchenId);
        faults.Text("/name", body.Name, KeyRules.TextMax);
        // Foreign and unknown kitchens get the same response.
        if (faults.All.Count == 0 && !(caller.WorksIn(body.KitchenId)
            && (await reader.Read(cancel)).Kitchens.ContainsKey(body.KitchenId)))
            faults.Add(Faults.UnknownKitchen("/kitchenId", body.KitchenId));
        if (Problems.Of(faults) is { } invalid) return invalid;
        if (!limits.Of(caller).ShortCodes.TryTake(out _, out var wait))
            return Problems.TooManyRequests(wait, "You have entered too many pairing codes.");
        var hash = codes.Hash(code);
        var pairing = new ConfirmedPairing(body.KitchenId, body.Name, context.Credential()!.Name);
        return await database.Change(connection => PairingTable.Confirm(connection, hash, pairing, cancel), cancel)
            ? TypedResults.NoContent()
            : codeUnknown;
    }

    // The secret has 256 bits, so the timing of a lookup by its hash reveals nothing.
    static async Task<IResult> Claim(
        PairingClaim body, HttpContext context, Database database, KeyRing ring, Sessions sessions,
        IOptions<DeviceOptions> options)
    {
        var (cancel, secret) = (context.RequestAborted, ApiKey.Hash(body.DeviceSecret));
        await using (var connection = await database.OpenRequest(cancel))
        {
            if (await PairingTable.IsConfirmed(connection, secret, cancel) is not { } isConfirmed) return secretUnknown;
            if (!isConfirmed)
            {
                context.Response.Headers.RetryAfter = IntervalSeconds.ToString(CultureInfo.InvariantCulture);
                return TypedResults.StatusCode(StatusCodes.Status202Accepted);
            }
        }
        var device = await database.Change(async connection =>
        {
            if (await PairingTable.Claim(connection, secret, cancel) is not { } pairing) return null;
            var caller = new Caller(Role.Kitchen, $"device-{Guid.CreateVersion7():N}")
            {
                Kitchens = new HashSet<string>(StringComparer.Ordinal) { pairing.Kitchen },
            };
            return (await ring.Create(connection, caller, pairing.Name, ring.Now + options.Value.CredentialLifetime,
                pairing.ConfirmedBy, cancel, isDevice: true)).Row;
        }, cancel);
        if (device is null) return secretUnknown;
        ring.Add(device);
        return await SignIn(context, device, sessions);
    }

    static async Task<IResult> SignIn(HttpContext context, KeyRow device, Sessions sessions)
    {
        var expires = device.ExpiresAt!.Value;
        var credential = new Credential(device.Caller, ApiKey.Start + device.Prefix, expires);
        // The audit entry names the device.
        context.User = new CallerPrincipal(credential, Schemes.Session);
        context.AuditRequest();
        var session = await Sessions.Open(context, credential, expires);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new DeviceSessionView(device.Id, device.Label, device.Caller.Kitchens.Single(), expires,
            sessions.AntiforgeryToken(session.Session!)));
    }
}
