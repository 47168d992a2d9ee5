using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>
/// Which callers may enter an endpoint at all. What they find behind the door is decided by <see cref="Authorization.Reach"/> and
/// <see cref="Visibility.EventVisibility"/>.
/// </summary>
public sealed record Policy(string Name, IReadOnlySet<Role> Roles)
{
    public static readonly Policy AnyCaller = Of("any_caller", Enum.GetValues<Role>());

    public static readonly Policy Admin = Of("admin", Role.Admin);

    public bool Admits(Role role) => Roles.Contains(role);

    public static Policy Of(string name, params Role[] roles) => new(name, roles.ToHashSet());
}
