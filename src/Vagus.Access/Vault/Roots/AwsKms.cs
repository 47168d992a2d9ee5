using System.Globalization;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using Vagus.Kernel;

namespace Vagus.Access.Vault.Roots;

/// <summary>
/// A root key in AWS KMS, which it never leaves. Each wrapped key is bound to its tenant and version by KMS' encryption context, which also
/// stands in CloudTrail.
/// </summary>
internal sealed class AwsKms(KmsOptions options, IAmazonKeyManagementService client) : IRootKeyProvider, IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    public string Name => "aws-kms";

    /// <summary>One retry, and short waits: requests of users wait for it.</summary>
    public static IAmazonKeyManagementService NewClient(KmsOptions options)
    {
        var config = new AmazonKeyManagementServiceConfig { MaxErrorRetry = 1, Timeout = TimeSpan.FromSeconds(2) };
        if (options.Endpoint is { } endpoint) config.ServiceURL = endpoint.ToString();
        return new AmazonKeyManagementServiceClient(config);
    }

    public ValueTask<string> Current(CancellationToken cancel) => ValueTask.FromResult($"{Name}:{options.KeyId}");

    public async ValueTask<WrappedKey> Wrap(byte[] key, TenantKeyContext context, CancellationToken cancel)
    {
        var request = new EncryptRequest { KeyId = options.KeyId, Plaintext = new MemoryStream(key), EncryptionContext = Of(context) };
        var answer = await Ask(() => client.EncryptAsync(request, cancel));
        return new WrappedKey($"{Name}:{options.KeyId}", answer.CiphertextBlob.ToArray());
    }

    public async ValueTask<byte[]> Unwrap(WrappedKey wrapped, TenantKeyContext context, CancellationToken cancel)
    {
        var request = new DecryptRequest
        {
            KeyId = KeyOf(wrapped), CiphertextBlob = new MemoryStream(wrapped.Bytes), EncryptionContext = Of(context),
        };
        var answer = await Ask(() => client.DecryptAsync(request, cancel));
        return answer.Plaintext.ToArray();
    }

    /// <summary>Within KMS, also from one of its keys to another.</summary>
    public async ValueTask<WrappedKey> Rewrap(WrappedKey wrapped, TenantKeyContext context, CancellationToken cancel)
    {
        var request = new ReEncryptRequest
        {
            SourceKeyId = KeyOf(wrapped), DestinationKeyId = options.KeyId, CiphertextBlob = new MemoryStream(wrapped.Bytes),
            SourceEncryptionContext = Of(context), DestinationEncryptionContext = Of(context),
        };
        var answer = await Ask(() => client.ReEncryptAsync(request, cancel));
        return new WrappedKey($"{Name}:{options.KeyId}", answer.CiphertextBlob.ToArray());
    }

    public ValueTask<Result<string>> Rotate(CancellationToken cancel) => ValueTask.FromResult<Result<string>>(RotatesItself);

    public void Dispose() => client.Dispose();

    private string KeyOf(WrappedKey wrapped) => wrapped.Root[(Name.Length + 1)..];

    private static Dictionary<string, string> Of(TenantKeyContext context) => new(StringComparer.Ordinal)
    {
        ["tenant"] = context.Tenant.Value,
        ["version"] = context.Version.ToString(CultureInfo.InvariantCulture),
    };

    private async Task<T> Ask<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception cause) when (cause is InvalidCiphertextException or IncorrectKeyException)
        {
            throw new SealBrokenException(SealFault.WrappedKey);
        }
        catch (AmazonServiceException cause)
        {
            var code = cause.ErrorCode is { Length: > 0 } named ? named : cause.GetType().Name;
            throw new KeysUnavailableException(Name, code, Soon, cause) { IsOfOneKey = IsOfOneKey(cause) };
        }
        catch (Exception cause) when (cause is AmazonClientException or HttpRequestException or IOException)
        {
            throw new KeysUnavailableException(Name, cause.GetType().Name, Soon, cause);
        }
    }

    // Denied for this tenant's context, or the key is disabled: others may be answered. Throttling is a 400 of KMS as well.
    private static bool IsOfOneKey(AmazonServiceException cause) =>
        cause is NotFoundException or DisabledException or KMSInvalidStateException || cause.ErrorCode == "AccessDeniedException";

    private static readonly Refusal RotatesItself = new(
        RefusalKind.Unsupported, "kms_rotates_itself",
        "All tenants' keys are under this KMS key, whose material AWS rotates by itself. To move to another key set VAGUS_KMS_KEY to it.");
}
