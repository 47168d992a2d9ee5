namespace Vagus.Access.Authorization;

/// <summary>The interactions that a grant allows, as R4 names them and SMART writes them: c, r, u, d, s.</summary>
[Flags]
public enum ResourceInteractions
{
    None = 0,
    Create = 1,

    /// <summary>read, vread and instance history.</summary>
    Read = 2,
    Update = 4,
    Delete = 8,
    Search = 16,

    Reading = Read | Search,
    Writing = Create | Update | Delete,
}
