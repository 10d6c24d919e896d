using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Tiffin.Edge.Access;

namespace Tiffin.Features.Devices;

[Description("A pairing that waits for a manager.")]
sealed record PairingView(
    [property: Description("Show it on the screen. It has no letters or digits that look alike.")] string UserCode,
    [property: Description("Keep it in memory and send it to claimPairing. Never show it.")] string DeviceSecret,
    DateTimeOffset ExpiresAt,
    [property: Description("Seconds between two calls of claimPairing.")] int Interval);

sealed record PairingConfirmation(
    string KitchenId,
    [property: MaxLength(KeyRules.TextMax)]
    [property: Description("The device's name in lists, such as Tandoor, left.")] string Name);

sealed record PairingClaim([property: MaxLength(KeyRules.TextMax)] string DeviceSecret);

[Description("A paired device and the session of its browser.")]
sealed record DeviceSessionView(
    Guid Id, string Name, string KitchenId, DateTimeOffset ExpiresAt,
    [property: Description("Send it as X-Antiforgery-Token with each change. GET /v1/session returns it again.")]
    string AntiforgeryToken);

[Description("A paired device, which has the permissions of the role kitchen in one kitchen.")]
sealed record DeviceView(
    Guid Id, string Name, string KitchenId,
    [property: Description("The credential of the manager who confirmed the pairing.")] string PairedBy,
    DateTimeOffset PairedAt,
    [property: Description("When the device must be paired again.")] DateTimeOffset ExpiresAt,
    [property: Description("Accurate to 45 seconds. An open stream counts.")] DateTimeOffset? LastSeenAt = null)
{
    public static DeviceView Of(KeyRow row) => new(
        row.Id, row.Label, row.Caller.Kitchens.Single(), row.CreatedBy, row.CreatedAt, row.ExpiresAt!.Value,
        row.LastUsedAt);
}
