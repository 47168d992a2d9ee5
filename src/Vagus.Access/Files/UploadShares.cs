using System.Threading.RateLimiting;
using Vagus.Access.Requests;
using Vagus.Kernel;

namespace Vagus.Access.Files;

/// <summary>
/// How many files come in at a time in a process: of a user and of a tenant some, so that neither takes all places. Asked once it is known
/// that the caller may store the file.
/// </summary>
internal sealed class UploadShares(FilesOptions options) : IDisposable
{
    private readonly ConcurrencyLimiter all = new(new ConcurrencyLimiterOptions { PermitLimit = options.Uploads, QueueLimit = 0 });
    private readonly LimitPer<(TenantId Tenant, UserId User)> users = new(options.UploadsOfUser);
    private readonly LimitPer<TenantId> tenants = new(options.UploadsOfTenant);

    /// <summary>Runs the upload within the limits; its place is released afterwards.</summary>
    public async ValueTask<Result<T>> Within<T>(Caller caller, Func<ValueTask<Result<T>>> upload)
    {
        using var own = users.Begin((caller.Tenant, caller.User));
        if (!own.IsAcquired) return FileRefusals.TooMany;
        using var ofTenant = tenants.Begin(caller.Tenant);
        if (!ofTenant.IsAcquired) return FileRefusals.TooMany;
        using var place = all.AttemptAcquire();
        return place.IsAcquired ? await upload() : FileRefusals.TooMany;
    }

    public void Dispose()
    {
        users.Dispose();
        tenants.Dispose();
        all.Dispose();
    }
}
