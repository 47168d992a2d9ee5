using Vagus.Access.Tests.Vault.Envelopes;
using Vagus.Access.Vault;
using Vagus.Access.Vault.Keys;
using Vagus.Kernel;

namespace Vagus.Access.Tests.Vault;

public sealed class KeyVectorTests
{
    [Fact]
    public void A_derived_key_is_what_another_implementation_makes()
    {
        var known = Vectors.Frozen;

        Assert.NotEmpty(known.Derived);
        Assert.All(known.Derived, derived => Assert.Equal(
            derived.Key,
            Convert.ToHexStringLower(ContentVault.Derive(known.KeyBytes, new TenantId("harbor"), derived.Purpose))));
    }

    [Fact]
    public void A_wrapped_key_is_what_another_implementation_makes()
    {
        var known = Vectors.Frozen.WrappedKey;
        var scope = new KeyScope(new TenantId(known.Tenant), known.ScopeType, known.ScopeId);
        var bound = KeyWrap.Bound(scope, known.Id, known.Version);

        var key = KeyWrap.Unwrap(Convert.FromHexString(known.Under), Convert.FromHexString(known.Wrapped), bound);

        Assert.Equal(Vectors.Frozen.KeyBytes, key);
    }
}
