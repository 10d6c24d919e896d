using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>Validation of new API keys.</summary>
static class KeyRules
{
    public const int TextMax = 100;

    /// <summary>Prefix of the generated subject of a key that was created without one.</summary>
    public const string GeneratedSubjectPrefix = "key-";

    public static IReadOnlyList<Fault> Check(
        Role role, IReadOnlyList<string> kitchens, string? channel, string? subject, string label)
    {
        var faults = new Faults();
        if (role == Role.System) faults.Add("/role", "unknown_word", "cannot be system");
        if (role is Role.Manager or Role.Kitchen or Role.Courier && kitchens.Count == 0)
            faults.Add("/kitchens", "required", "must list at least one kitchen for this role");
        if (role is not (Role.Manager or Role.Kitchen or Role.Courier) && kitchens.Count > 0)
            faults.Add("/kitchens", "not_for_role", "is only for the roles manager, kitchen and courier; leave it out");
        if (!kitchens.All(Slug.IsValid)) faults.Add("/kitchens", "not_a_slug", $"must each match {Slug.Pattern}");
        CheckChannel(faults, role, channel);
        if (role is Role.Courier or Role.Customer && subject is null)
            faults.Add("/subject", "required", "must be the courier's or the customer's own id");
        faults.Text("/subject", subject, TextMax);
        faults.Text("/label", label, TextMax);
        return faults.All;
    }

    static void CheckChannel(Faults faults, Role role, string? channel)
    {
        if (role is not (Role.Channel or Role.Customer))
        {
            if (channel is not null)
                faults.Add("/channel", "not_for_role", "is only for the roles channel and customer; leave it out");
        }
        else if (channel is null)
            faults.Add("/channel", "required", "must name the channel that the key places orders for");
        else faults.Slug("/channel", channel);
    }

    /// <summary>Without a subject the caller gets a new identity.</summary>
    public static Caller Caller(Role role, IEnumerable<string> kitchens, string? channel, string? subject) =>
        new(role, subject ?? $"{GeneratedSubjectPrefix}{Guid.CreateVersion7():N}")
        {
            Kitchens = kitchens.ToHashSet(StringComparer.Ordinal),
            Channel = channel,
        };
}
