namespace Tiffin.Features.Devices;

/// <summary>Paired devices, in the section <c>Devices</c>.</summary>
sealed class DeviceOptions
{
    /// <summary>
    /// How long a device's credential is valid after pairing; at most 400 days, the longest that browsers keep a
    /// cookie.
    /// </summary>
    public TimeSpan CredentialLifetime { get; set; } = TimeSpan.FromDays(180);

    /// <summary>Maximum pairings that wait for their confirmation or their device, in the whole installation.</summary>
    public int OpenPairingsMax { get; set; } = 1_000;

    /// <summary>Maximum open pairings of one client address: the devices of a kitchen may share one.</summary>
    public int OpenPairingsPerAddressMax { get; set; } = 20;
}
