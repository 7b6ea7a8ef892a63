// APNsCredentials
