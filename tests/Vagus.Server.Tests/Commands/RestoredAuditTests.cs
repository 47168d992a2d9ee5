using Vagus.Server.Commands;

namespace Vagus.Server.Tests.Commands;

/// <summary>The end of a restore: what the verifier says is the command's answer, and its absence is not passed over.</summary>
public sealed class RestoredAuditTests : IDisposable
{
    private readonly DirectoryInfo programs = Directory.CreateTempSubdirectory("vagus-programs-");

    public void Dispose()
    {
        programs.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Without_the_verifier_the_audit_is_said_to_be_not_verified()
    {
        var (code, said) = await Verify("--data /var/lib/vagus");

        Assert.Equal((0, "audit: NOT verified, this program is shipped without the verifier."), (code, said));
    }

    [Theory]
    [InlineData("--data /var/lib/vagus", "verify --sqlite /var/lib/vagus/vagus.db --without-anchors", "")]
    [InlineData("--postgres Host=/run/pg", "verify --without-anchors", "Host=/run/pg")]
    public async Task The_verifier_is_told_the_database_and_its_exit_code_is_the_commands(
        string settings, string arguments, string postgres)
    {
        if (OperatingSystem.IsWindows()) return;
        var folder = programs.CreateSubdirectory("audit-verifier").FullName;
        var (program, heard) = (Path.Combine(folder, "vagus-audit-verifier"), Path.Combine(folder, "heard"));
        await File.WriteAllTextAsync(program, $"#!/bin/sh\necho \"$@|$VAGUS_POSTGRES\" > {heard}\nexit 10\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var (code, said) = await Verify(settings);

        Assert.Equal((10, "audit: NOT sound, the verifier ended with 10"), (code, said));
        Assert.Equal($"{arguments}|{postgres}", (await File.ReadAllTextAsync(heard)).Trim());
    }

    private async Task<(int Code, string Said)> Verify(string settings)
    {
        using var said = new StringWriter();
        var code = await RestoredAudit.Verify(TestServer.Options(settings), programs.FullName, said, CancellationToken.None);
        return (code, said.ToString().Trim());
    }
}
