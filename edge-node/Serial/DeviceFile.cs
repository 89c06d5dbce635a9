using System.Runtime.InteropServices;

namespace EdgeNode.Serial;

/// <summary>Tells one device node from another that took its name.</summary>
/// <param name="FileSystem">The file system it is on.</param>
/// <param name="Inode">Its inode.</param>
/// <param name="Device">The device that it stands for.</param>
public readonly record struct DeviceIdentity(ulong FileSystem, ulong Inode, ulong Device);

/// <summary>What the operating system says of a device node.</summary>
internal static partial class DeviceFile
{
    private const int CurrentDirectory = -100;
    private const uint BasicStats = 0x7FF;
    private const int FileTypeMask = 0xF000;
    private const int CharacterDevice = 0x2000;
    private const int ReadAndWrite = 6;

    /// <summary>Looks at the character device at <paramref name="path"/>, through symbolic links.</summary>
    /// <returns>False when there is none.</returns>
    public static bool TryIdentify(string path, out DeviceIdentity identity)
    {
        identity = default;
        if (!OperatingSystem.IsLinux()) return File.Exists(path);
        if (StatX(CurrentDirectory, path, 0, BasicStats, out var status) != 0) return false;
        identity = new DeviceIdentity(Join(status.FileSystemMajor, status.FileSystemMinor), status.Inode, Join(status.DeviceMajor, status.DeviceMinor));
        return (status.Mode & FileTypeMask) == CharacterDevice;
    }

    /// <summary>True if this process may read and write the file.</summary>
    public static bool IsAccessible(string path) => !OperatingSystem.IsLinux() || Access(path, ReadAndWrite) == 0;

    private static ulong Join(uint major, uint minor) => ((ulong)major << 32) | minor;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    // struct statx is laid out alike on every architecture, unlike struct stat.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(128)] public uint DeviceMajor;
        [FieldOffset(132)] public uint DeviceMinor;
        [FieldOffset(136)] public uint FileSystemMajor;
        [FieldOffset(140)] public uint FileSystemMinor;
    }
}
