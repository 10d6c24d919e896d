namespace Tiffin.Domain;

public enum Role { Admin, Manager, Kitchen, Courier, Channel, Customer, System }

/// <summary>Who asks. <paramref name="Id"/> is stable for a caller: it scopes the idempotency keys.</summary>
public sealed record Caller(Role Role, string Id)
{
    /// <summary>Time-outs and the product's own maintenance act under this name.</summary>
    public static readonly Caller System = new(Role.System, "system");
}
