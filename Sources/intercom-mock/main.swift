print("intercom-mock")
