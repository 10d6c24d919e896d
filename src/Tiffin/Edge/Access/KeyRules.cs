using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>What a key must say of whoever gets it.</summary>
public static class KeyRules
{
    public const int TextMax = 100;

    public static IReadOnlyList<Fault> Check(
        Role role, IReadOnlyList<string> kitchens, string? channel, string? subject, string label)
    {
        var faults = new Faults();
        if (role == Role.System) faults.Add("/role", "unknown_word", "the system itself needs no key");
        if (role is Role.Manager or Role.Kitchen or Role.Courier && kitchens.Count == 0)
            faults.Add("/kitchens", "missing", "must name the kitchens where they work");
        if (role is not (Role.Manager or Role.Kitchen or Role.Courier) && kitchens.Count > 0)
            faults.Add("/kitchens", "not_for_role", "go with a manager, a kitchen or a courier");
        if (!kitchens.All(Slug.IsValid)) faults.Add("/kitchens", "not_a_slug", $"must each match {Slug.Pattern}");
        CheckChannel(faults, role, channel);
        if (role is Role.Courier or Role.Customer && subject is null)
            faults.Add("/subject", "missing", "must be the courier's or the customer's own id");
        faults.Text("/subject", subject, TextMax);
        faults.Text("/label", label, TextMax);
        return faults.All;
    }

    static void CheckChannel(Faults faults, Role role, string? channel)
    {
        if (role is not (Role.Channel or Role.Customer))
        {
            if (channel is not null)
                faults.Add("/channel", "not_for_role", "is for the roles channel and customer; leave it out");
        }
        else if (channel is null)
            faults.Add("/channel", "missing", "must name the channel that the key places orders for");
        else faults.Slug("/channel", channel);
    }

    /// <summary>Without a subject the caller is somebody new, who shares nothing with another key.</summary>
    public static Caller Caller(Role role, IEnumerable<string> kitchens, string? channel, string? subject) =>
        new(role, subject ?? $"key-{Guid.CreateVersion7():N}")
        {
            Kitchens = kitchens.ToHashSet(StringComparer.Ordinal),
            Channel = channel,
        };
}
