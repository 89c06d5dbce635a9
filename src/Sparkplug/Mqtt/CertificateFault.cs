using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sparkplug.Mqtt;

/// <summary>Says in words why a server's certificate was refused.</summary>
internal static class CertificateFault
{
    /// <summary>What is wrong; null when nothing is.</summary>
    public static string? Describe(string host, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return null;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return "the server has none";
        var faults = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) faults.Add($"it is not for {host}");
        foreach (var status in chain?.ChainStatus ?? []) faults.Add(Describe(status));
        return faults.Count == 0 ? errors.ToString() : string.Join("; ", faults.Distinct());
    }

    private static string Describe(X509ChainStatus status) => status.Status switch
    {
        X509ChainStatusFlags.NotTimeValid => "it, or one above it, has expired or is not valid yet",
        X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.UntrustedRoot => "it is not signed by a trusted authority",
        _ => Words.Bounded($"{status.Status}: {status.StatusInformation.Trim()}"),
    };
}
