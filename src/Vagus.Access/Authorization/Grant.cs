namespace Vagus.Access.Authorization;

/// <summary>
/// One permission: interactions with resources of some types, in the rows of a scope. All of its parts must hold at once; a caller's
/// <see cref="Reach"/> is the union of its grants. Made by <see cref="RoleGrants"/>, or from a verified credential.
/// </summary>
public sealed record Grant(ResourceInteractions Interactions, ResourceTypes Types, RowScope Rows)
{
    public bool Allows(ResourceInteractions interaction, string type) =>
        (Interactions & interaction) == interaction && Types.Contains(type);

    /// <summary>What both grants allow; null when that is nothing.</summary>
    public Grant? And(Grant other)
    {
        var both = new Grant(Interactions & other.Interactions, Types.And(other.Types), Rows.And(other.Rows));
        return both.Interactions == ResourceInteractions.None || both.Types.IsEmpty ? null : both;
    }
}
