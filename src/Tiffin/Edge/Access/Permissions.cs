using Tiffin.Domain;

namespace Tiffin.Edge.Access;

[Flags]
enum RoleSet
{
    Admin = 1,
    Manager = 2,
    Kitchen = 4,
    Courier = 8,
    Channel = 16,
    Customer = 32,
    Staff = Admin | Manager | Kitchen,
    Anyone = Staff | Courier | Channel | Customer,
}

/// <summary>Which resources an operation shows or changes.</summary>
enum Visibility
{
    /// <summary>Resources of the whole chain, the same for every caller.</summary>
    Chain,

    /// <summary>Those of the kitchen in the path, which must be the caller's own: 404 otherwise.</summary>
    KitchenInPath,

    /// <summary>The caller's own; each query filters by its scope.</summary>
    Own,
}

/// <summary>The order in which load shedding rejects operations: the lowest first.</summary>
enum Priority
{
    /// <summary>Everything that accepted orders need, and all cheap operations.</summary>
    High,

    /// <summary>New orders.</summary>
    Normal,

    /// <summary>Expensive reads.</summary>
    Low,
}

/// <summary>Who may call an operation (RBAC). A non-public endpoint without one rejects every caller.</summary>
sealed record Permission(RoleSet Roles, Visibility Visibility, Priority Priority)
{
    public bool Allows(Role role) => role != Role.System && Roles.HasFlag((RoleSet)(1 << (int)role));
}

/// <summary>Every call of the operation is recorded in the audit log before the response is sent.</summary>
sealed record Audited;

static class Permissions
{
    public static RouteHandlerBuilder Allow(
        this RouteHandlerBuilder endpoint, RoleSet roles, Visibility visibility, Priority priority = Priority.High) =>
        endpoint.WithMetadata(new Permission(roles, visibility, priority));

    public static RouteHandlerBuilder Audit(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new Audited());

    public static Permission? Of(Endpoint endpoint) => endpoint.Metadata.GetMetadata<Permission>();

    public static bool IsAudited(Endpoint endpoint) => endpoint.Metadata.GetMetadata<Audited>() is not null;
}
